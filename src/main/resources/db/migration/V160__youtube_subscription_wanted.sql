-- A subscription somebody asked for by itself stays when the channel is removed; one that came with a channel ends with it.
alter table youtube.subscription add column wanted boolean not null default true;
-- beside the version before: it does not know the column; what it subscribes to meanwhile stays until somebody ends it
update youtube.subscription s set wanted = false
 where exists (select from youtube.channel c where c.youtube_id = s.channel_id and c.connected_by = s.requested_by);
