-- Mail addresses that were once set are kept as the audit log keeps them, a…@example.com; what holds stands in changed_setting.
-- beside the version before: it looks for prices only there; an address it writes meanwhile stays as it is
update operations.setting_change
   set value = regexp_replace(value, '([^\s@,;:<>"''()])[^\s@,;:<>"''()]*(@[^\s@,;:<>"''()]+)', '\1…\2', 'g')
 where value like '%@%';
