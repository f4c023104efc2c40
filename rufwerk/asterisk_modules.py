"""The Asterisk modules that are loaded, and no others."""

MODULES = (
    # ground
    "res_timing_timerfd",
    "res_sorcery_config",
    "res_sorcery_memory",
    "res_sorcery_astdb",
    "pbx_config",
    # sound: files, music, codecs
    "format_sln",
    "format_wav",
    "format_pcm",
    "codec_alaw",
    "codec_ulaw",
    "codec_g722",
    "codec_a_mu",
    "codec_resample",
    "res_musiconhold",
    # SIP and RTP
    "res_pjproject",
    "res_rtp_asterisk",
    "res_pjsip",
    "res_pjsip_session",
    "res_pjsip_pubsub",
    "res_pjsip_sdp_rtp",
    "res_pjsip_authenticator_digest",
    "res_pjsip_outbound_authenticator_digest",
    "res_pjsip_endpoint_identifier_user",
    "res_pjsip_endpoint_identifier_ip",
    "res_pjsip_caller_id",
    "res_pjsip_registrar",
    "res_pjsip_nat",
    "res_pjsip_rfc3326",
    "res_pjsip_logger",
    "chan_pjsip",
    # browser phones: SIP over a WebSocket, sound over DTLS-SRTP
    "res_http_websocket",
    "res_pjsip_transport_websocket",
    "res_srtp",
    # bridges between two channels
    "bridge_simple",
    "bridge_native_rtp",
    "bridge_builtin_features",
    # rooms
    "bridge_softmix",
    "app_confbridge",
    "app_chanspy",
    # records to match what is charged for with
    "cdr_custom",
    # what the dialplan uses
    "app_dial",
    "app_playback",
    "app_queue",
    "app_stack",
    "app_userevent",
    "res_speech",  # res_agi does not load without it
    "res_agi",
    "res_manager_devicestate",
    "func_callerid",
    "func_cdr",
    "func_channel",
    "func_cut",
    "func_hangupcause",
    "func_logic",
    "func_global",
    "func_groupcount",
    "func_strings",
    "func_timeout",
)

CDR_WRITER = "res_cdrel_custom"
"""Newer releases have what ``cdr_custom`` writes with in a module of its own, and it doesn't load without it."""
