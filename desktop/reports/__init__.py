"""The pages of figures: how calls fared, what people did, and the reports that went out."""
