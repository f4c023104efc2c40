"""The bridge to a company's CRM, Microsoft Dynamics first of all; another needs ``domain.outside_ports.Crm`` only."""
