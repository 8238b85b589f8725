-- What the operators' pages and their stories ask for, so that none of it reads a whole table. While an index is made its
-- table takes no new rows for a second or two per million; senders of webhooks come again.

create index event_object on webhooks.event (object_key, event_no);      -- the story of a customer
create index replay_item_event on webhooks.replay_item (event_no);       -- the story of an event, and its removal
create index history_cause on billing.history (cause, id) where cause is not null;
create index cost_user on spending.cost (user_id, id) where user_id is not null;
create index customer_email on billing.customer (lower(email));          -- the search for a customer
create index outbox_open on notifications.outbox (channel, created_at) where state in ('waiting', 'sending', 'failed');
create index upload_open on youtube.upload (state) where state not in ('published', 'failed', 'cancelled');
create index upload_ended on youtube.upload (ended_at) where ended_at is not null;
create index upload_youtube_id on youtube.upload (youtube_id) where youtube_id is not null;
create index video_open on videos.video (state) where state not in ('completed', 'failed', 'cancelled');
create index video_ended on videos.video (processing_completed_at) where processing_completed_at is not null;
