"""What OpenMember costs and how that compares, measured in one run: `openmember bench`.

The machine is never quiet, so the sides of a comparison run in turns and ratios are judged.
"""
