"""Karrio, a parcel gateway: labels bought for tenders and their tracking numbers; tracking as its webhooks tell it."""
