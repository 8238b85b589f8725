-- A denied subscription is polled, and asked for again: its due_at says when. The version before leaves such rows alone.
update youtube.subscription set due_at = now() where state = 'denied' and due_at is null;
drop index youtube.subscription_poll;
create index subscription_poll on youtube.subscription (poll_due_at) where state in ('requested', 'verified', 'denied');
