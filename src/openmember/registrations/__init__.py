"""New patients: their applications by phone, at an office or on the web, until each is a member or returned."""
