-- Alerts stand in operations.alert since V141. What was told here before is over.

-- beside the version before: 1.0.0 has V141 and writes there alone; only older versions wrote here
drop table webhooks.alert;
-- beside the version before: only that table's trigger called it
drop function operations.take_alert();
