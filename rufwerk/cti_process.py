"""The process of the switchboard and the web: ``python -m rufwerk.cti_process [CONFIG]``."""

from rufwerk.cti_service import main

if __name__ == "__main__":
    main()
