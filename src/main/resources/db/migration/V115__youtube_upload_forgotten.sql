-- Of an upload whose author has left or took the video away, no texts are kept. One that is under way still needs them:
-- they go with the change that ends it, whoever makes it.
alter table youtube.upload add column forgotten boolean not null default false;

create function youtube.forget_upload() returns trigger language plpgsql as
$$ begin
    new.title := '';
    new.description := '';
    new.tags := '{}';
    new.note := null;
    new.reason := null;
    return new;
end $$;
create trigger upload_forgotten before update on youtube.upload
    for each row when (new.forgotten and new.state in ('published', 'failed', 'cancelled'))
    execute function youtube.forget_upload();
