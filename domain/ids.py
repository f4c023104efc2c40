"""Names for the identifiers that cross module borders, so that one is never taken for another."""

from typing import NewType

TenantId = NewType("TenantId", str)
"""A brand's short name, as its file is called: ``alpenrad``."""

ParticipantId = NewType("ParticipantId", str)
"""Opaque and random: it says nothing about the person it stands for."""

CallerId = NewType("CallerId", str)
"""Opaque id of a telephone number that rang us, known to us or not; the number itself stands in an
erasable row.
"""

CardId = NewType("CardId", str)

CallId = NewType("CallId", str)
"""Asterisk's Uniqueid of the channel that started the call, or a name of ours where an agent did, with the node
before it.
"""

LineId = NewType("LineId", str)
"""Asterisk's Uniqueid of a channel."""

Receipt = NewType("Receipt", str)
"""A receipt number of six digits or more, spoken digit by digit."""

RedemptionId = NewType("RedemptionId", str)
"""Of a reward that was had; chosen before the first try, so that another try finds it."""

VoucherCode = NewType("VoucherCode", str)
"""As good as money: it stands in its row and in a mail, nowhere else."""

AgentId = NewType("AgentId", str)
"""Opaque and random, as a participant's: the name stands in an erasable row."""

PersonId = NewType("PersonId", str)
"""Opaque and random: whoever may sign in to the desk. An agent's is the same as her ``AgentId``."""

Phone = NewType("Phone", str)
"""The number of a telephone that agents sign in at: ``201``, or ``4711``, an extension of another PBX."""

Skill = NewType("Skill", str)
"""What an agent can do: a tenant's id, a language, a concern, ``dunning``."""

RecordId = NewType("RecordId", str)
"""Of a service record. This and the three below are chosen by whoever asks: a second click asks with the same one."""

NoteId = NewType("NoteId", str)

BlockId = NewType("BlockId", str)
"""Of a participant's block; a card's block has a receipt."""

ErrandId = NewType("ErrandId", str)

ViewId = NewType("ViewId", str)
"""Opaque and random: a look at what one person did; its purpose stands in a row."""

SiteId = NewType("SiteId", str)
"""Opaque and random: a location or an office; its name stands in a row."""

ListId = NewType("ListId", str)
"""Opaque: a client's list of debtors, as it was imported."""

CaseId = NewType("CaseId", str)
"""Opaque and random: a debtor on such a list; his name and what he owes stand in an erasable row."""

IntegrationId = NewType("IntegrationId", str)
"""Opaque and random: a program of somebody else's that asks our API; its name stands in a row."""

ContactId = NewType("ContactId", str)
"""Opaque: the CRM's own id of a contact."""
