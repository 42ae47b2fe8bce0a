"""Models made to order: witnesses of incentives, random ones."""
