"""The bridge to a company's CRM, Microsoft Dynamics first of all; another CRM needs ``domain.ports.Crm`` only."""
