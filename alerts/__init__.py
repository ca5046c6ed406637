"""From tracks to cases: zones, rules, alerts, outbox, MQTT, evidence, the duty desk."""
