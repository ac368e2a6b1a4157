"""The devices that give numbers: made by somebody at the desk, renewed each day, ended by anybody there."""
