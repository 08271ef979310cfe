"""What `scrimp budget` alone does: write limits into scrimp's settings, and take them out."""
