-- Users and operators.
create schema accounts;

create table accounts.account (
    id                uuid        primary key,
    email             text        not null, -- as the user wrote it; compared without regard to case
    email_verified_at timestamptz,
    password_hash     text,
    name              text,
    phone             text,
    address           jsonb,
    role              text        not null check (role in ('user', 'operator')),
    created_at        timestamptz not null,
    closed_at         timestamptz -- deleted by its owner: personal data is gone, the row stays for the books
);
create unique index account_email on accounts.account (lower(email)) where closed_at is null;
