"""The duty desk: store, service layer, REST and pages in one app on one port."""
