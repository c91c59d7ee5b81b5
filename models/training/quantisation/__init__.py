"""Networks in whole numbers: 8 bits a weight and a value, for half the time and half the bytes."""
