"""What may be lost of the shop in the cloud and for how long, and by what it comes back."""
