// htmx with its WebSocket extension, which looks for htmx in the window.
import "./htmx_in_window.js";
import "htmx-ext-ws";
