{
  "signatures": [
    {
      "approver": "example-one",
      "content": "8c85298a43769d207d78186da0b639685cdbbd19eae76b5ec40583ad7008ad2c",
      "signature": "25pWgK9YEdufMVs+hkHAOpyVfeb7m8zsk4XaTdxFf2QSAt3qAo2x7svglOK+AMYFrQjPBx61548iZAskHWWsDw==",
      "signed": "2026-11-26"
    },
    {
      "approver": "example-two",
      "content": "8c85298a43769d207d78186da0b639685cdbbd19eae76b5ec40583ad7008ad2c",
      "signature": "c2y66hYQXoSke8YBlTyrPAcPufUbCDwXPVbVMPEhhe7UXsC9GSil7r92y8p3sXr55GdSU/qq4qUjE3JGLMQUCA==",
      "signed": "2026-11-26"
    }
  ],
  "subject": "recipients/crcl-oversight"
}
