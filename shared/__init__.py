"""What the studio, the console and the reference server share."""
