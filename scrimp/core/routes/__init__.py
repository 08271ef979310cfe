"""What a call of the Agent tool runs on, by the rules of the setting `routes`: read, chosen, weighed by price."""
