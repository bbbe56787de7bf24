"""Every port in memory: fakes that keep the ports' promises, for the tests and the storm."""
