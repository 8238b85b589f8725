-- What was paid for a step of a video is found again by that video, its step and its round, however long a hub was down.
alter table videos.step add column round integer not null default 1; -- how often it is made anew, beginning with 1

alter table content.text add column video_id text; -- of a step of a video only
alter table content.text add column round integer;
create index text_video on content.text (video_id) where video_id is not null;

alter table content.thumbnail add column round integer; -- of a step of a video only

alter table content.speech_part add column video_id text; -- it was spoken for last; null when for none
