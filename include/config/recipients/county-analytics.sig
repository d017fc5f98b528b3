{
  "signatures": [
    {
      "approver": "example-one",
      "content": "0cb6e398aa056b2e4aedb69802444f8ea7bcc01f5fb976036b87c08c60e51980",
      "signature": "Seg9k2pveBFeWjujm+Ps3QB6Pcmp2MNc1jdrdWGSMAXVN5z8gIBkgnhQQpMYtClBvf0FUjd4+9nb8wYvirFyDw==",
      "signed": "2026-11-27"
    },
    {
      "approver": "example-two",
      "content": "0cb6e398aa056b2e4aedb69802444f8ea7bcc01f5fb976036b87c08c60e51980",
      "signature": "FrOd/g8/4fCpxvISeeiK3bUSbSof/rDobIbI9So4VG38a58BpNpLc2mRc56c705MIkuz5eDUj5bwr1Q7l86dAg==",
      "signed": "2026-11-27"
    }
  ],
  "subject": "recipients/county-analytics"
}
