"""What a member needs of us, said by themselves."""
