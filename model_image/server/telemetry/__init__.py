"""What the server measures of itself and of the traffic it answers."""
