-- Bounds that were too low: how many times higher those of the same link and model are from then on.
create table spending.bound_correction (
    link      text          not null,
    model     text          not null, -- empty when the vendor has only one
    factor    numeric(10, 4) not null check (factor > 1),
    raised_at timestamptz   not null,
    primary key (link, model)
);
