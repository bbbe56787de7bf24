"""A witness of Microsoft Dynamics GP's legacy SOAP web service: real NTLM over TLS, its contract, its books."""

from local.gp.simulator import GpSimulator

__all__ = ["GpSimulator"]
