-- What each channel uploaded within a day, which the page asks for every few seconds.
create index upload_uploaded on youtube.upload (uploaded_at) where uploaded_at is not null;
