-- The models that are set, as the vendor's list of models last showed them.
create table content.model (
    link          text        not null,
    model         text        not null,
    state         text        not null check (state in ('available', 'retired')),
    shutdown_date date,                   -- null while none is announced
    checked_at    timestamptz not null,
    primary key (link, model)
);
