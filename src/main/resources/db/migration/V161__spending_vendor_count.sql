-- What vendors said last that they have counted: the difference to what they say next tells what became of calls whose
-- answer was lost.
create table spending.vendor_count (
    service text           primary key,
    counted numeric(20, 6) not null, -- in the vendor's own units; only ever grows within its period
    read_at timestamptz    not null
);
create index attempt_service on spending.attempt (service, ended_at);

-- Bounds that were too low: how many times higher those of the same link and model are from then on.
create table spending.bound_correction (
    link      text          not null,
    model     text          not null, -- empty when the vendor has only one
    factor    numeric(10, 4) not null check (factor > 1),
    raised_at timestamptz   not null,
    primary key (link, model)
);
