-- n8n is told of videos that ended.
alter table notifications.outbox drop constraint outbox_channel_check;
alter table notifications.outbox
    add constraint outbox_channel_check check (channel in ('mail', 'mixpanel', 'amplitude', 'webhook', 'n8n'));
