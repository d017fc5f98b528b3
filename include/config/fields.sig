{
  "signatures": [
    {
      "approver": "example-one",
      "content": "c8d9303717be9d886c3046ccfb93a633d9d49846a207e26b9021e8a01b3a111d",
      "signature": "7FglgLeLdS8uwd59mBJFiMPtWDpXOrqeCxJG+i/h2MT3KV2l+svCGEe3AW5dTuQZU6UGLIHUI2eVWeIPiAGTBw==",
      "signed": "2026-11-26"
    },
    {
      "approver": "example-two",
      "content": "c8d9303717be9d886c3046ccfb93a633d9d49846a207e26b9021e8a01b3a111d",
      "signature": "7PJo+j2MPmqogOyv8JHwRayqKI4Miy3399Oi0/lGEtmSp5yGeJcJV+tuOymx87Qje7rwHrWUNpicTdUXY1TyAg==",
      "signed": "2026-11-26"
    }
  ],
  "subject": "fields"
}
