-- Keys with which users' own programs use the API.
create table accounts.api_key (
    id           uuid        primary key,
    user_id      uuid        not null references accounts.account (id) on delete cascade,
    name         text        not null,
    hash         bytea       not null unique, -- SHA-256: the key is random and long
    start        text        not null,        -- its first letters, so that its owner can tell it from others
    created_at   timestamptz not null,
    last_used_at timestamptz                  -- to the minute
);
create index api_key_user on accounts.api_key (user_id, created_at);
