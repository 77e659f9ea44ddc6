"""ASK: what a customer asked us to look into is a case until it is answered."""
