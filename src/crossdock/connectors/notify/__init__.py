"""Notices to people: commands in, letters out by mail, SMS gateway, chat or webhook. Imports ports and below."""
