"""Why, what next, what happened, what would: answers about one account, in data and in words."""
