-- Every change of a setting, the newest last; what holds stands in changed_setting.
create table operations.setting_change (
    id         bigint      generated always as identity primary key,
    name       text        not null,
    value      text,                 -- null: as in the hub's settings again, or a secret, which is kept nowhere else
    changed_by text        not null,
    changed_at timestamptz not null
);
create index setting_change_value on operations.setting_change (value);

insert into operations.setting_change (name, value, changed_by, changed_at)
select name, value, changed_by, changed_at from operations.changed_setting;
