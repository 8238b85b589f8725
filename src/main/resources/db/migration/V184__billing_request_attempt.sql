-- Which of several runs works on a request: one that was taken for dead does not end what another has taken up.
alter table billing.request add column attempt uuid;
