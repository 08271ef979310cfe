"""What `scrimp budget` does: show limits, write them into scrimp's settings, raise them for a while, take them out."""
