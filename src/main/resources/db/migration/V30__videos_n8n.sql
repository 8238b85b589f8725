create schema videos;

-- What n8n workflows told of their executions; one row for each step of a video, or for the execution as a whole ('').
create table videos.n8n_execution (
    workflow     text        not null,
    execution_id text        not null,
    video_id     text        not null default '',
    step         text        not null default '',
    workflow_id  text,
    state        text        not null check (state in ('running', 'completed', 'failed')),
    status       text,                  -- n8n's own word for it
    score        numeric(5, 4) check (score between 0 and 1),
    passed       boolean,
    error        text,
    told_at      timestamptz not null,  -- when the hub took the message in
    event_no     bigint      not null,  -- the message this state comes from
    primary key (workflow, execution_id, video_id, step)
);
create index n8n_execution_told on videos.n8n_execution (told_at);
create index n8n_execution_video on videos.n8n_execution (video_id) where video_id <> '';
