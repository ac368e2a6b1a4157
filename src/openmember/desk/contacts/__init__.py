"""The screen of a contact: who it is, what they need, what is said, and every act without leaving it."""
