-- How users prove who they are.

-- A login on one device; what is refreshed stays the same session.
create table accounts.session (
    id           uuid        primary key,
    user_id      uuid        not null references accounts.account (id) on delete cascade,
    user_agent   text,
    address      text,
    created_at   timestamptz not null,
    last_used_at timestamptz not null, -- last refreshed
    expires_at   timestamptz not null,
    ended_at     timestamptz,
    ended_reason text                  -- logout, ended, password, reuse, closed
);
create index session_of_user on accounts.session (user_id, created_at);

-- The family of a session's refresh tokens. A used one is kept until it would have expired: presented again, it is theft.
create table accounts.refresh_token (
    hash       bytea       primary key, -- SHA-256 of its id
    session_id uuid        not null references accounts.session (id) on delete cascade,
    created_at timestamptz not null,
    expires_at timestamptz not null,
    used_at    timestamptz
);
create index refresh_token_session on accounts.refresh_token (session_id);
create index refresh_token_expires on accounts.refresh_token (expires_at);

-- What a link in a mail carries.
create table accounts.one_use_token (
    id            uuid        primary key, -- names its mail
    hash          bytea       not null unique, -- SHA-256 of the token
    user_id       uuid        references accounts.account (id) on delete cascade, -- null: nobody had that address
    purpose       text        not null check (purpose in ('verify', 'reset', 'email')),
    email         text,       -- verify, email: the address it proves
    password_hash text,       -- verify: of this registration, so that no other's password becomes the account's
    name          text,
    created_at    timestamptz not null,
    expires_at    timestamptz not null,
    used_at       timestamptz
);
create index one_use_token_user on accounts.one_use_token (user_id);
create index one_use_token_expires on accounts.one_use_token (expires_at);

-- How often something was done since a time, on all nodes together. Not logged: costs no flush to the disk, and after a
-- crash of the server counting begins anew.
create unlogged table accounts.tally (
    key      text        primary key,
    began_at timestamptz not null,
    ends_at  timestamptz not null,
    count    integer     not null
) with (fillfactor = 50);
