"""Bedrock: errors, ids, instants, money, quantities, codec. Imports nothing of ours."""
