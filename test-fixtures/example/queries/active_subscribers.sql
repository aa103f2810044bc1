SELECT s.SubscriberKey, s.EmailAddress
FROM _Subscribers s
WHERE s.Status = 'active'
