"""The bridge between one Microsoft Dynamics GP company and one ShipBob account."""
