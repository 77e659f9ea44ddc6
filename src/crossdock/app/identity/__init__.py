"""Who people are to the hub: invited, given roles, signed in and out. Time and chance are handed in."""
